internal import Dispatch

/// The user's browser.
enum Browser {
    /// Opens an address; says where that was not possible.
    static func open(_ url: String, console: Console) {
        let opener = ChildProcess(
            command: "for p in xdg-open open; do command -v $p >/dev/null && exec $p \"$QPX_PAGE\"; done; exit 127",
            environment: [("QPX_PAGE", url)], input: "/dev/null", output: "/dev/null", error: "/dev/null")
        // Some openers stay as long as the browser does.
        DispatchQueue.global().async {
            if (try? opener.run(timeout: nil)) != .exited(0) {
                console.notice("--open: no browser could be opened; open \(url) yourself")
            }
        }
    }
}
