import CityKernel
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore

/// The first thing a request meets: finished pages at once, everything else through the router, with
/// limits, security headers, the request's id, a line in the access log and figures.
package struct CityResponder: HTTPResponder {
    package typealias Context = CityRequestContext

    private static let requestID = HTTPField.Name("X-Request-Id")!

    private let router: RouterResponder<CityRequestContext>
    private let methods: AllowedMethods
    private let pages: PageRenderer
    private let metrics: Metrics
    private let clock: any CityClock
    private let quick: QuickAnswers?

    init(
        router: CityRouter, pages: PageRenderer, metrics: Metrics, clock: any CityClock,
        quick: QuickAnswers? = nil
    ) {
        self.quick = quick
        self.router = router.buildResponder()
        self.methods = AllowedMethods(router)
        self.pages = pages
        self.metrics = metrics
        self.clock = clock
    }

    package func respond(
        to request: Request, context: CityRequestContext
    ) async throws -> Response {
        if let finished = pages.findCached(request) {
            metrics.countCachedPage()
            return finished
        }
        let start = clock.now
        var response = try await answer(request, context)
        dress(
            &response, request.method, context.endpointPath,
            isFile: request.uri.path.hasPrefix(Assets.prefix) && response.status != .notFound,
            id: context.id, since: start, context.logger)
        return response
    }

    /// An answer of the API that the door gives itself.
    func quickAnswer(
        to head: HTTPRequest, from address: SocketAddress?, logger: Logger
    ) -> QuickAnswers.Found? {
        let start = clock.now
        guard var found = quick?.find(head, from: address) else { return nil }
        var logger = logger
        let id = RequestID().description
        logger[metadataKey: "hb.request.id"] = .string(id)
        dress(
            &found.response, head.method, found.route, isFile: false, id: id, since: start, logger)
        return found
    }

    /// What every answer gets on its way out.
    private func dress(
        _ response: inout Response, _ method: HTTPRequest.Method, _ route: String?, isFile: Bool,
        id: String, since start: Timestamp, _ logger: Logger
    ) {
        if isFile {
            pages.security.addForFile(to: &response.headers)
        } else {
            pages.security.add(to: &response.headers)
        }
        response.headers[Self.requestID] = id
        record(
            method, route ?? "none", response.status.code, logger,
            seconds: clock.now.since(start).inSeconds)
    }

    private func answer(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        if let problem = Self.refusal(of: request) {
            return try problem.response(to: request, context, pages: pages)
        }
        let response = try await router.respond(to: request, context: context)
        guard response.status == .notFound, context.endpointPath == "NotFound",
            let allowed = methods.methods(at: request.uri.path)
        else { return response }
        let problem = Problem(
            .notSupported, title: "The method is not allowed here",
            detail: "\(request.method.rawValue) was sent; \(allowed) is understood.",
            remedy: "Use one of the methods in the field Allow.")
        var refused = try problem.response(
            to: request, context, pages: pages, status: .methodNotAllowed)
        refused.headers[.allow] = allowed
        return refused
    }

    /// What is refused before anything reads it.
    private static func refusal(of request: Request) -> Problem? {
        if request.target.utf8.count > WebLimits.targetBytesMax {
            return Problem(
                .invalidRequest, title: "The address is too long",
                detail: "Path and query may have \(WebLimits.targetBytesMax) bytes.")
        }
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced > WebLimits.uploadBytesMax else { return nil }
        return Problem(
            .tooLarge, title: "The body is too large",
            detail: "\(announced) bytes were announced; \(WebLimits.uploadBytesMax) are taken.",
            remedy: "Send it in smaller parts.")
    }

    /// Routes, never raw paths: a path may name a person.
    private func record(
        _ method: HTTPRequest.Method, _ route: String, _ status: Int, _ logger: Logger,
        seconds: Double
    ) {
        metrics.count(
            .init(method: method.rawValue, route: route, status: "\(status / 100)xx"),
            seconds: seconds)
        logger.log(
            level: status >= 500 ? .warning : .debug, "request",
            metadata: [
                "method": "\(method.rawValue)", "route": "\(route)",
                "status": "\(status)", "ms": "\(Int(seconds * 1_000))",
            ])
    }
}
