import CityKernel
import HTTPTypes
package import Hummingbird
import Logging

/// Turns every thrown error into an answer its reader can use: a page for people, problem+json for
/// programs. The only place where errors become HTTP.
package struct ProblemMiddleware: RouterMiddleware {
    package typealias Context = CityRequestContext

    /// Under these paths readers are programs, whatever they accept.
    package static let defaultAPIPaths = [
        "/ngsi-ld/", "/v2/", "/v2", "/ogc/", "/api/", "/fhir/", "/events", "/metrics",
    ]

    private let pages: PageRenderer
    private let apiPaths: [String]

    package init(pages: PageRenderer, apiPaths: [String] = Self.defaultAPIPaths) {
        self.pages = pages
        self.apiPaths = apiPaths
    }

    package func handle(
        _ request: Request, context: CityRequestContext,
        next: (Request, CityRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error  // the client has gone: there is nobody to answer
        } catch {
            if let problem = NGSILDPath.problem(of: request, after: error) {
                return problem.jsonResponse(status: problem.kind.status)
            }
            let problem = Problem(telling: error, logger: context.logger)
            if problem.kind == .unauthenticated, request.wantsHTML, request.method == .get {
                return .seeOther(context.links.toSignIn, cookie: nil)
            }
            let refused = error as? HTTPError
            var response = try problem.response(
                to: request, context, pages: pages, apiPaths: apiPaths, status: refused?.status)
            response.headers.append(contentsOf: refused?.headers ?? [:])
            return response
        }
    }
}

extension Problem {
    /// A page in the reader's language for people, problem+json for programs.
    func response(
        to request: Request, _ context: CityRequestContext, pages: PageRenderer,
        apiPaths: [String] = ProblemMiddleware.defaultAPIPaths, status: HTTPResponse.Status? = nil
    ) throws -> Response {
        let status = status ?? kind.status
        guard request.wantsHTML, !apiPaths.contains(where: request.uri.path.hasPrefix) else {
            return jsonResponse(status: status)
        }
        let model = ProblemPage(self, texts: pages.texts, links: context.links)
        let body = try pages.render("problem", model, links: context.links)
        return try pages.respond(
            with: Page(title: model.title, body: body, status: status), to: request, context)
    }
}

extension Problem {
    /// What a reader may know of any error. What is not meant for readers is logged by its type
    /// only: descriptions may hold personal data.
    init(telling error: any Error, logger: Logger) {
        switch error {
        case let error as any ProblemConvertible:
            self = error.problem
        case let error as HTTPError:
            self.init(status: error.status, message: error.body)
        default:
            logger.error("unknown error", metadata: ["error": "\(type(of: error))"])
            self.init(
                .internalError, title: "The city's program failed",
                detail: "The failure has been written to the log.",
                remedy: "Try again in a minute.")
        }
    }

    private init(status: HTTPResponse.Status, message: String?) {
        let kind: Kind =
            switch status.code {
            case 401: .unauthenticated
            case 403: .forbidden
            case 404: .notFound
            case 405: .notSupported
            case 406: .notAcceptable
            case 409: .conflict
            case 413: .tooLarge
            case 415: .unsupportedMediaType
            case 429: .tooManyRequests
            case 503: .unavailable
            case 400..<500: .invalidRequest
            default: .internalError
            }
        self.init(
            kind, title: status.reasonPhrase,
            detail: message ?? (kind == .notFound ? "Nothing stands at this address." : ""))
    }
}
