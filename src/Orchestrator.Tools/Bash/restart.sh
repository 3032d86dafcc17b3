# The next command starts as the first one of the run did.
rm -f /shell/state && __kept=1
cd /workspace
echo "The shell is new: it stands in /workspace, and variables that were exported are forgotten."
