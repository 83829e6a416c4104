"""The demo workspace: a made company, its landing files and the program that writes them."""
