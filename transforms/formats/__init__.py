"""One module a publisher format, each with one function `parse`; see `transforms.snapshot`."""
