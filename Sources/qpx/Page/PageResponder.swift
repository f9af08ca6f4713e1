internal import Dispatch
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Store

/// Answers the page's requests. Nothing here writes.
struct PageResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let data: PageData
    let changes: PageChanges
    let guardian: PageGuard
    /// Queries block a thread: not one of those that all other requests wait for.
    private let queue = DispatchQueue(label: "page", attributes: .concurrent)

    func respond(to request: Request, context: Context) async throws -> Response {
        var response =
            if let refusal = guardian.refusal(request) { Self.failure(refusal.failure, status: refusal.status) } else {
                await answer(request)
            }
        for field in PageGuard.headers { response.headers[field.name] = field.value }
        if response.status == .methodNotAllowed { response.headers[.allow] = "GET, HEAD" }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async -> Response {
        let path = request.uri.path
        switch path {
        case "/", "/index.html": return Self.text(PageFront.live, "text/html; charset=utf-8")
        case "/app.js": return Self.text(PageFront.script, "text/javascript; charset=utf-8")
        case "/style.css": return Self.text(PageFront.style, "text/css; charset=utf-8")
        case "/api/events":
            return request.method == .head ? Self.eventStream(body: .init()) : Self.eventStream(body: changes.body())
        default: break
        }
        do {
            let parts = try path.split(separator: "/").map { try PageParameters.decoded($0) }
            let parameters = try PageParameters(query: request.uri.query).values
            let reply = try await onQueue { try answer(parts, parameters) }
            // A picture of nothing is no error: there may be something soon.
            return reply.text.isEmpty ? Response(status: .noContent) : Self.text(reply.text, reply.type)
        } catch {
            let failure = Failure(error)
            return Self.failure(failure, status: Self.status(of: failure))
        }
    }

    /// What is asked for, by the parts of the path.
    private func answer(_ parts: [String], _ parameters: [String: String]) throws -> (text: String, type: String) {
        guard parts.first == "api", parts.count > 1 else { throw Self.unknown(parts) }
        func json(_ value: JSONValue) -> (String, String) { (value.compact + "\n", "application/json") }
        switch (parts[1], parts.count) {
        case ("searches", 2): return json(try data.searches())
        case ("names", 2): return json(try data.names())
        case ("search", 3): return json(try data.search(named: parts[2]))
        case ("trials", 2): return json(try data.trials(try PageTrialsRequest(parameters)))
        case ("trial", 4):
            guard let number = Int(parts[3]) else {
                throw Failure.notFound("'\(parts[3])' is no number of a trial")
            }
            return json(try data.trial(search: parts[2], number: number))
        case ("compare", 2):
            let names = (parameters["trials"] ?? "").split(separator: ",").map(String.init)
            return json(try data.comparison(names))
        case ("plots", 2): return json(PagePictures(store: data.store).kinds())
        case ("plot", 3):
            let names = (parameters["search"] ?? "").split(separator: ",").map(String.init)
            let text = try PagePictures(store: data.store).drawing(
                parts[2], searches: names, theme: parameters["theme"] ?? "")
            return (text ?? "", "image/svg+xml; charset=utf-8")
        default: throw Self.unknown(parts)
        }
    }

    private static func unknown(_ parts: [String]) -> Failure {
        .notFound("/\(parts.joined(separator: "/")) is no address of this page", hint: "begin at /")
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// How HTTP says what the exit status would.
    private static func status(of failure: Failure) -> HTTPResponse.Status {
        switch failure.status {
        case .usage: .badRequest
        case .notFound: .notFound
        case .conflict: .conflict
        case .databaseBusy: .serviceUnavailable
        default: .internalServerError
        }
    }

    private static func text(_ text: String, _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static func failure(_ failure: Failure, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: failure.text(isJSON: true))))
    }

    private static func eventStream(body: ResponseBody) -> Response {
        Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
    }
}
