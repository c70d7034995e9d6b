"""What strangers' files are read by: tasks that run in the sandbox only. No database, no folder, no clock."""
