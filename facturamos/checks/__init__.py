"""What a start proves before it serves: every variable, the database, the key ring, the folder of files."""
