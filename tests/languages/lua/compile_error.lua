local number = = 1
