internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// What keeps other sites out: who may ask, and what a browser may do with the answer.
struct PageGuard: Sendable {
    let hosts: HostCheck

    /// Why a request is refused; nil when it is welcome.
    func refusal(_ request: Request) -> (status: HTTPResponse.Status, failure: Failure)? {
        guard request.method == .get || request.method == .head else {
            return (.methodNotAllowed, .usage("\(request.method.rawValue): this page is only read", hint: "use GET"))
        }
        guard hosts.allows(request.head.authority) else {
            return (
                .misdirectedRequest,
                .usage(
                    "'\(request.head.authority ?? "")' is no name of this server",
                    hint: "ask for http://127.0.0.1, or begin with --host NAME")
            )
        }
        guard isFromHere(request) else {
            return (.forbidden, .usage("another site asked for this", hint: "open the page itself"))
        }
        return nil
    }

    /// Whether the page itself asks, or a person: by the address bar, or by following a link to the page as a whole.
    ///
    /// Other ports of this machine are other sites as well ("same-site" is not enough).
    private func isFromHere(_ request: Request) -> Bool {
        switch Self.header("sec-fetch-site", of: request) {
        case nil, "same-origin", "none": true
        default:
            request.uri.path == "/" && Self.header("sec-fetch-mode", of: request) == "navigate"
                && Self.header("sec-fetch-dest", of: request) == "document"
        }
    }

    private static func header(_ name: String, of request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }

    /// What every answer says.
    static let headers: HTTPFields = {
        var fields = HTTPFields()
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"), ("cross-origin-opener-policy", "same-origin"),
            // Also of the page's own files: another build may answer next.
            ("cache-control", "no-store"),
        ] {
            if let field = HTTPField.Name(name) { fields[field] = value }
        }
        return fields
    }()
}
