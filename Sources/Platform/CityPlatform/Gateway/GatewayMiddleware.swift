import CityBroker
package import CityGateway
import CityIdentity
package import CityKernel
package import CityWeb
package import HTTPTypes
package import Hummingbird
package import NIOCore

/// Before a door of an API product opens: who calls, whether the product is theirs, and how fast.
/// After it: the fields that say what is left, and a line in the usage.
package struct GatewayMiddleware: RouterMiddleware {
    package typealias Context = CityRequestContext

    private let gateway: Gateway
    private let clock: any CityClock
    /// On loopback for development: who shows no key is neither asked nor counted.
    private let isOpen: Bool

    package init(gateway: Gateway, clock: any CityClock, isOpen: Bool) {
        self.gateway = gateway
        self.clock = clock
        self.isOpen = isOpen
    }

    package func handle(
        _ request: Request, context: CityRequestContext,
        next: (Request, CityRequestContext) async throws -> Response
    ) async throws -> Response {
        let header = request.headers[.authorization]
        if isOpen, header == nil, context.neighbour == nil {
            return try await next(request, context)
        }
        let isRead = request.method == .get || request.method == .head
        guard let product = APIProduct.of(path: request.uri.path, isRead: isRead) else {
            var context = context
            if let neighbour = context.neighbour { context.principal = neighbour.principal }
            return try await next(request, context)
        }
        do {
            let admission =
                if let neighbour = context.neighbour {
                    try await gateway.admit(
                        neighbour: neighbour.id, scope: neighbour.scope, to: product)
                } else {
                    try await gateway.admit(
                        header.map(Self.token), to: product, tenant: Self.tenant(of: request),
                        address: Self.caller(at: context.remoteAddress))
                }
            return try await answer(request, context, admission, next)
        } catch let refusal as AdmissionRefusal {
            return Self.response(to: refusal)
        }
    }

    private func answer(
        _ request: Request, _ context: CityRequestContext, _ admission: Admission,
        _ next: (Request, CityRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.principal = admission.principal
        let start = clock.now
        do {
            var response = try await next(request, context)
            leave(&response, admission, since: start)
            return response
        } catch {
            gateway.count(admission, took: clock.now.since(start), hasFailed: true)
            throw error
        }
    }

    private func leave(
        _ response: inout Response, _ admission: Admission, since start: Timestamp
    ) {
        gateway.count(
            admission, took: clock.now.since(start), hasFailed: response.status.code >= 400)
        if let limits = admission.limits { response.headers.say(limits) }
    }

    /// As the door itself will read it.
    private static func tenant(of request: Request) -> String? {
        let isNGSIv2 = request.uri.path.hasPrefix("/v2")
        let name = isNGSIv2 ? HTTPField.Name("Fiware-Service") : HTTPField.Name("NGSILD-Tenant")
        let text = name.flatMap { request.headers[$0] } ?? ""
        return text.isEmpty ? nil : isNGSIv2 ? text.lowercased() : text
    }

    /// `.some(nil)`: something was sent that is no key.
    private static func token(_ header: String) -> SecretToken? {
        let prefix = "Bearer "
        guard header.hasPrefix(prefix) else { return nil }
        return SecretToken(String(header.dropFirst(prefix.count)))
    }

    private static func response(to refusal: AdmissionRefusal) -> Response {
        var response = refusal.problem.jsonResponse
        if let seconds = refusal.retryAfterSeconds {
            response.headers[.retryAfter] = String(seconds)
        }
        if refusal.problem.kind == .unauthenticated {
            response.headers[.wwwAuthenticate] = "Bearer realm=\"city\""
        }
        if let limits = refusal.limits { response.headers.say(limits) }
        return response
    }
}

extension GatewayMiddleware: QuickGate {
    /// The same as in the router, for callers who are known already; neighbours have a door of their
    /// own.
    package func pass(_ head: HTTPRequest, from address: SocketAddress?) -> QuickPass? {
        let header = head.headerFields[.authorization]
        if isOpen, header == nil { return QuickPass(principal: .anyone) { _ in } }
        let path = (head.path ?? "").prefix { $0 != "?" }
        let isRead = head.method == .get || head.method == .head
        guard let product = APIProduct.of(path: String(path), isRead: isRead),
            let admission = gateway.admitAtOnce(
                header.map(Self.token), to: product, address: Self.caller(at: address))
        else { return nil }
        let start = clock.now
        return QuickPass(principal: admission.principal) {
            leave(&$0, admission, since: start)
        }
    }

    /// Counts callers without a key, in memory.
    private static func caller(at address: SocketAddress?) -> String {
        address?.ipAddress ?? "local"
    }
}

extension HTTPFields {
    /// The fields of the IETF draft "RateLimit header fields for HTTP": what is allowed, what is left.
    fileprivate mutating func say(_ state: LimitState) {
        let plan = state.plan
        self[.init("RateLimit-Policy")!] = """
            "minute";q=\(plan.callsPerMinute);w=60, "day";q=\(plan.callsPerDay);w=86400
            """
        self[.init("RateLimit")!] = """
            "minute";r=\(state.remaining), "day";r=\(state.remainingToday)
            """
    }
}
