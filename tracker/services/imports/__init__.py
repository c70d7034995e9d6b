"""Spreadsheet imports: a file in, one result a row out. run.py is the door.

Nothing is imported here, so that the sandbox takes in its worker alone.
"""
