"""Groups, learners and their progress, carried between the office's installation and a laptop in a room without internet."""
