"""The words of prisoner lists: charges, sentences, institutions, dates."""
