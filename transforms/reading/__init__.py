"""Containers of records: XML, spreadsheets, CSV, JSON, HTML; and what a parser returns."""
