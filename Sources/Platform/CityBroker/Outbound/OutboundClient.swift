package import AsyncHTTPClient
import Dispatch
package import NIOCore
import NIOSSL

/// The city's HTTP client for addresses that strangers name: every connection passes `OutboundGuard`
/// once its real address is known and before a byte of the request leaves. It follows no redirect by
/// itself.
package final class OutboundClient: Sendable {
    /// How long an answer that has begun may pause.
    package static let silenceSecondsMax: Int64 = 30

    package let outbound: OutboundGuard
    /// Cities to whom this one shows its certificate.
    package let neighbours: NeighbourDirectory?
    private let guarded: HTTPClient
    private let trusted: HTTPClient

    /// - Parameter connectionsPerHostMax: more requests at once to one host wait for each other.
    package init(
        _ outbound: OutboundGuard = .publicOnly, neighbours: NeighbourDirectory? = nil,
        connectTimeoutSecondsMax: Int64 = 3, connectionsPerHostMax: Int = 8
    ) {
        self.outbound = outbound
        self.neighbours = neighbours
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(connectTimeoutSecondsMax)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            connectionsPerHostMax
        configuration.timeout.read = .seconds(Self.silenceSecondsMax)
        trusted = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
        // A refused connection would be tried again until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = { Self.admit($0, outbound) }
        configuration.http2ConnectionDebugInitializer = { Self.admit($0, outbound) }
        guarded = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// - Throws: `Problem` of kind `badRequestData` when the guard refuses, or an error of the
    ///   connection.
    package func execute(
        _ request: HTTPClientRequest, timeout: TimeAmount
    ) async throws -> HTTPClientResponse {
        if let (neighbour, tls) = neighbours?.reaching(request.url) {
            return try await execute(request, timeout: timeout, of: neighbour, tls)
        }
        try outbound.check(request.url)
        let isTrusted = OutboundTarget(request.url).map { outbound.allows(host: $0.host) } ?? false
        return try await (isTrusted ? trusted : guarded).execute(request, timeout: timeout)
    }

    /// By mutual TLS; the endpoint stands in `city.yaml`, so it may be private if that says so.
    private func execute(
        _ request: HTTPClientRequest, timeout: TimeAmount, of neighbour: Neighbour,
        _ tls: TLSConfiguration
    ) async throws -> HTTPClientResponse {
        if !neighbour.isPrivate { try outbound.check(request.url) }
        var request = request
        request.tlsConfiguration = tls
        do {
            let response = try await (neighbour.isPrivate ? trusted : guarded).execute(
                request, timeout: timeout)
            neighbours?.noteAnswer(of: neighbour.id)
            return response
        } catch {
            neighbours?.noteFailure(of: neighbour.id, SourceFailure(of: error))
            throw error
        }
    }

    private static func admit(
        _ channel: any Channel, _ outbound: OutboundGuard
    ) -> EventLoopFuture<Void> {
        guard let address = channel.remoteAddress, outbound.allows(address) else {
            let refusal = OutboundGuard.refusal(channel.remoteAddress?.ipAddress ?? "The address")
            return channel.close().flatMapThrowing { throw refusal }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }

    // Each call keeps its client until its connections are closed.
    deinit {
        for client in [guarded, trusted] { client.shutdown(queue: .global()) { _ in } }
    }
}
