"""What the doctor brings."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.doctor.commands import doctor

feature = Feature(name="doctor", commands=(doctor,))
