# Installs the Debian packages that the tests need, without letting any of them start a system service.
# Sourced. usage: packages_need COMMAND=PACKAGE...   (only what is missing is installed; that takes root)

# Debian keeps daemons in sbin, which is not in an ordinary user's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

packages_need() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [[ ${#missing[@]} -eq 0 ]] && return 0

  if [[ $(id -u) -ne 0 ]]; then
    echo "missing packages: ${missing[*]}; as root: apt-get install --no-install-recommends ${missing[*]}" >&2
    return 1
  fi
  packages_install "${missing[@]}"
}

# A subshell, so that its trap puts policy-rc.d back however the installation ends.
packages_install() (
  policy=/usr/sbin/policy-rc.d
  saved=$(mktemp -d)
  [[ ! -e $policy ]] || cp -a "$policy" "$saved/policy-rc.d"
  # shellcheck disable=SC2317,SC2329 # called by the trap
  restore_policy() {
    rm -f "$policy"
    [[ ! -e $saved/policy-rc.d ]] || cp -a "$saved/policy-rc.d" "$policy"
    rm -rf "$saved"
  }
  trap restore_policy EXIT
  trap 'exit 130' INT TERM

  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"

  export DEBIAN_FRONTEND=noninteractive
  echo "installing ${*}" >&2
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >&2
)
