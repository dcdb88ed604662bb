package import AsyncHTTPClient
import Dispatch
package import NIOCore

/// The city's HTTP client for addresses that strangers name: every connection passes `OutboundGuard`
/// once its real address is known and before a byte of the request leaves. It follows no redirect by
/// itself.
package final class OutboundClient: Sendable {
    /// How long an answer that has begun may pause.
    package static let silenceSecondsMax: Int64 = 30

    package let outbound: OutboundGuard
    private let guarded: HTTPClient
    private let trusted: HTTPClient

    /// - Parameter connectionsPerHostMax: more requests at once to one host wait for each other.
    package init(
        _ outbound: OutboundGuard = .publicOnly, connectTimeoutSecondsMax: Int64 = 3,
        connectionsPerHostMax: Int = 8
    ) {
        self.outbound = outbound
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
        try outbound.check(request.url)
        let isTrusted = OutboundTarget(request.url).map { outbound.allows(host: $0.host) } ?? false
        return try await (isTrusted ? trusted : guarded).execute(request, timeout: timeout)
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
