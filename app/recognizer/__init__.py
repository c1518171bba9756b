"""The recognizer service: capture, denoise, recognition, and what is told to listeners."""
