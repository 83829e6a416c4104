"""What OpenSSH writes: keys, and signatures made with them."""
