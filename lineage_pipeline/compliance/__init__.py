"""What controls say: as it was published, or judged anew at another time."""
