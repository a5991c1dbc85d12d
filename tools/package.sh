# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy package: Debian packages of what is checked out, for this Debian or
# for another in a root of its own, and whether they work: installed into a bare
# Debian, two people chat, upgraded, purged.

# shellcheck source=tools/up.sh
. tools/up.sh

PACKAGE_DIR=build-package

# The Debian that this machine has.
package_host_suite() {
    # shellcheck source=/dev/null
    (. /etc/os-release && echo "$VERSION_CODENAME")
}

package_version() {
    sed -n "s/^  version: '\(.*\)',/\1/p" meson.build
}

# Who builds them answers for them: Debian's own variables.
package_maintainer() {
    echo "${DEBFULLNAME:-Meeshy} <${DEBEMAIL:-root@$(hostname -f)}>"
}

# package_list NAME: tools/packages/NAME.txt as a field of debian/control.
package_list() {
    packages_wanted "$1" | sed 's/^/ /; $!s/$/,/'
}

# The sources that git knows and the page as built, in $PACKAGE_DIR/SOURCE.
package_source() {
    local source=$1

    rm -rf "$PACKAGE_DIR"
    mkdir -p "$source/web"
    git ls-files -z | tar --null -T - -cf - | tar -C "$source" -xf -
    cp -r web/dist "$source/web/"
    cp -r install/debian "$source/debian"
    sed -e "s/@MAINTAINER@/$(package_maintainer)/" -e "/@BUILD@/{r /dev/fd/3
d}" -e "/@APERTIUM@/{r /dev/fd/4
d}" install/debian/control.in 3< <(package_list build) \
        4< <(package_list apertium) >"$source/debian/control"
    rm "$source/debian/control.in"
    cat >"$source/debian/changelog" <<END
meeshy ($(package_version)) unstable; urgency=medium

  * See /usr/share/doc/meeshy/CHANGELOG.md.

 -- $(package_maintainer)  $(git log -1 --format=%cD)
END
}

# package_build [SUITE]
package_build() {
    local suite=${1:-$(package_host_suite)} source
    local builder=(nice dpkg-buildpackage -b -us -uc)

    if [ "$suite" != "$(package_host_suite)" ]; then
        [ "$(id -u)" -eq 0 ] || die "only root builds for another Debian"
        PACKAGE_DIR=$PACKAGE_DIR-$suite
        builder=(nice "$ROOT/test/package/build.sh" "$suite")
    fi
    source=$PACKAGE_DIR/meeshy-$(package_version)
    build_web
    package_source "$source"
    say "building packages for $suite in $PACKAGE_DIR"
    (cd "$source" && "${builder[@]}" >../build.log 2>&1) || {
        tail -n 30 "$PACKAGE_DIR/build.log" >&2
        die "the packages did not build" "$PACKAGE_DIR/build.log has all"
    }
    (cd "$PACKAGE_DIR" && sha256sum ./*.deb >SHA256SUMS)
    ls -l "$PACKAGE_DIR"/*.deb
}

package_lint() {
    command -v lintian >/dev/null || {
        say "lintian is not installed: skipped"
        return 0
    }
    lintian --allow-root --tag-display-limit 0 "$PACKAGE_DIR"/*.changes
}

cmd_package() {
    local yes=false try=false lint=false suite='' previous=''

    while [ $# -gt 0 ]; do
        case $1 in
        -y | --yes) yes=true ;;
        --lint) lint=true ;;
        --for | --try | --from)
            option_value "$@"
            case $1 in
            --for) suite=$2 ;;
            --try) suite=$2 try=true ;;
            --from) previous=$(cd "$2" && pwd) || die "there is no folder $2" ;;
            esac
            shift
            ;;
        *) die "package has no option '$1'" "./meeshy help lists them" ;;
        esac
        shift
    done
    packages_ensure "$yes" build run package
    [ "$try" = false ] || npm_ensure test dev # its clients
    package_build "$suite"
    [ "$lint" = false ] || package_lint
    [ "$try" = false ] || MEESHY_PREVIOUS=$previous test/package/try.sh \
        "$suite" "$PACKAGE_DIR"/meeshy*[!m]_*.deb
}
