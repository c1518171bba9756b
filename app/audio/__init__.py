"""Sound to frames: devices, recordings, denoising, resampling. Blocking calls, no event loop."""
