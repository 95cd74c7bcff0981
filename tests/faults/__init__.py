"""What is done to the platform on a bad day, and that nothing is lost, doubled or half done."""
