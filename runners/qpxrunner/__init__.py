"""Carries trials of qpx out with PyTorch, transformers, peft and bitsandbytes."""
