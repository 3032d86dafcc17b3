# A screen of its own, a window manager, what the task starts, and its page. The screen's end is the end of all, and without a page
# the end of what the task starts. $width, $height, $start and $url stand before this.
export DISPLAY=:0
Xvfb :0 -screen 0 "${width}x${height}x24" -nolisten tcp -ac -br -noreset >/tmp/xvfb.log 2>&1 &
screen=$!
until [ -S /tmp/.X11-unix/X0 ]; do
  kill -0 "$screen" 2>/dev/null || { cat /tmp/xvfb.log; exit 1; }
  sleep 0.02
done
matchbox-window-manager -use_titlebar no >/dev/null 2>&1 &

run_start() {
  bash --noprofile --norc -c "$start"
  echo "The task's computer.start has ended with exit code $?."
}
if [ -z "$url" ]; then
  run_start
  exit
fi
[ -z "$start" ] || run_start &

# What the task starts may take a while to listen; a page that isn't there yet would stay an error.
if [[ "$url" =~ ^https?://(localhost|127\.0\.0\.1)(:([0-9]+))?(/|$) ]]; then
  port=${BASH_REMATCH[3]:-80}
  for (( tries = 0; tries < 300; tries++ )); do
    ( exec 3<>"/dev/tcp/127.0.0.1/$port" ) 2>/dev/null && break
    sleep 0.1
  done
fi

# A browser that was closed is opened again. Its own sandbox can't be made inside of ours.
while kill -0 "$screen" 2>/dev/null; do
  chromium --no-sandbox --test-type --user-data-dir=/tmp/browser --no-first-run --no-default-browser-check --disable-dev-shm-usage \
    --disable-gpu --disable-background-networking --disable-component-update --disable-sync --password-store=basic \
    --start-maximized --window-position=0,0 --window-size="$width,$height" -- "$url" </dev/null >/dev/null 2>&1
  sleep 1
done
