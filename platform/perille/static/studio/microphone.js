/* What the recorder of the Studio hears and plays: the microphone, asked for once, how loud it is, and a recording that is not saved yet. */
(function () {
  "use strict";
  let stream = null;
  let sound = null;
  let playing = null;

  function output() {
    const Sound = window.AudioContext || window.webkitAudioContext;
    sound = sound || new Sound();
    return sound;
  }

  async function microphone() {
    if (!stream || stream.getAudioTracks().every(function (track) { return track.readyState === "ended"; })) {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: false } });
    }
    if (output().state === "suspended") {
      await sound.resume();
    }
    return stream;
  }

  function letGo() {
    for (const track of stream ? stream.getTracks() : []) {
      track.stop();
    }
  }

  /* Tell *heard* ten times a second how loud it is, in decibels; return what ends that. */
  function meter(input, heard) {
    const analyser = output().createAnalyser();
    const source = sound.createMediaStreamSource(input);
    analyser.fftSize = 2048;
    source.connect(analyser);
    const values = new Float32Array(analyser.fftSize);
    const timer = setInterval(function () {
      let sum = 0;
      analyser.getFloatTimeDomainData(values);
      for (const value of values) {
        sum += value * value;
      }
      heard(10 * Math.log10(sum / values.length + 1e-12));
    }, 100);
    return function () {
      window.clearInterval(timer);
      source.disconnect();
    };
  }

  async function stayAwake(recording) {
    try {
      recording.awake = await navigator.wakeLock.request("screen");
    } catch (error) {
      // A screen that goes dark ends the track, and the part until then is kept.
    }
  }

  function hush() {
    if (playing) {
      playing.onended = null;
      playing.stop();
      playing = null;
    }
  }

  /* Play a recording, or stop it where it plays; return its milliseconds, 0 where it was stopped. */
  async function play(blob) {
    if (playing) {
      hush();
      return 0;
    }
    const bytes = await new Response(blob).arrayBuffer();
    const decoded = await new Promise(function (go, fail) { output().decodeAudioData(bytes, go, fail); });
    await sound.resume();
    hush();
    playing = sound.createBufferSource();
    playing.buffer = decoded;
    playing.connect(sound.destination);
    playing.onended = function () { playing = null; };
    playing.start();
    return decoded.duration * 1000;
  }

  const hears = Boolean(window.MediaRecorder && navigator.mediaDevices && (window.AudioContext || window.webkitAudioContext));
  window.perilleSound = { hears: hears, microphone: microphone, letGo: letGo, meter: meter, stayAwake: stayAwake, play: play, hush: hush };
})();
