"""News metadata: articles, feeds and GDELT."""
