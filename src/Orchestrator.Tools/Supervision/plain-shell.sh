. /run/script
