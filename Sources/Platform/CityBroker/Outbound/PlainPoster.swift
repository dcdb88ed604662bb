import AsyncHTTPClient
import CityKernel
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Posts over kept connections without TLS. A city that notifies thousands of times a second spends
/// most of its time in this; the general client takes three times as long for a small request.
///
/// Every connection passes the guard once its real address is known, as in `OutboundClient`.
final class PlainPoster: Sendable {
    /// A connection that nobody used for so long ends.
    static let idleSecondsMax: Int64 = 60
    /// Connections that wait for their next use, all hosts together.
    static let idleMax = 1_024
    /// Addresses that are kept as they were read and passed the guard.
    static let targetsMax = 4_096

    private struct State {
        var idle: [Place: [any Channel]] = [:]
        var count = 0
        var isClosed = false
    }

    private let outbound: OutboundGuard
    private let connectTimeout: TimeAmount
    private let state = Mutex(State())
    private let targets = Mutex<[String: Target]>([:])

    init(_ outbound: OutboundGuard, connectTimeoutSecondsMax: Int64 = 3) {
        self.outbound = outbound
        connectTimeout = .seconds(connectTimeoutSecondsMax)
    }

    deinit {
        let idle = state.withLock { state in
            state.isClosed = true
            return state.idle.values.joined().map { $0 }
        }
        for channel in idle { channel.close(promise: nil) }
    }

    /// - Parameter url: of the scheme `http`.
    /// - Throws: `Problem` when the guard refuses, or an error of the connection.
    func post(
        _ body: [UInt8], to url: String, _ headers: HTTPHeaders, timeout: TimeAmount
    ) async throws -> (status: HTTPResponseStatus, headers: HTTPHeaders) {
        let target = try target(url)
        var request = HTTPRequestHead(
            version: .http1_1, method: .POST, uri: target.path, headers: headers)
        request.headers.remove(name: "Transfer-Encoding")
        request.headers.replaceOrAdd(name: "Host", value: target.authority)
        request.headers.replaceOrAdd(name: "Content-Length", value: String(body.count))
        let buffer = ByteBuffer(bytes: body)
        if let kept = take(target.place) {
            do {
                return try await exchange(request, buffer, timeout, on: kept, target.place)
            } catch PlainExchange.Failure.lost {
                // The other side had given the connection up; what was sent has an id and may repeat.
            }
        }
        let fresh = try await connect(to: target.place)
        return try await exchange(request, buffer, timeout, on: fresh, target.place)
    }

    /// The guard never changes, and what it says of an address neither.
    private func target(_ url: String) throws -> Target {
        if let known = targets.withLock({ $0[url] }) { return known }
        try outbound.check(url)
        let target = try Target(url)
        targets.withLock { targets in
            if targets.count >= Self.targetsMax { targets.removeAll() }
            targets[url] = target
        }
        return target
    }

    private func exchange(
        _ head: HTTPRequestHead, _ body: ByteBuffer, _ timeout: TimeAmount,
        on channel: any Channel, _ place: Place
    ) async throws -> (status: HTTPResponseStatus, headers: HTTPHeaders) {
        let answer = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (waiter: CheckedContinuation<PlainExchange.Answer, any Error>) in
                let taken = channel.eventLoop.makePromise(of: Void.self)
                taken.futureResult.whenFailure { _ in
                    waiter.resume(throwing: PlainExchange.Failure.lost)
                }
                channel.writeAndFlush(
                    PlainExchange(head: head, body: body, timeout: timeout, waiter: waiter),
                    promise: taken)
            }
        } onCancel: {
            channel.close(promise: nil)
        }
        if answer.isReusable { keep(channel, place) }
        return (answer.status, answer.headers)
    }

    // MARK: - Connections

    private func take(_ place: Place) -> (any Channel)? {
        state.withLock { state in
            while let channel = state.idle[place]?.popLast() {
                state.count -= 1
                if state.idle[place]?.isEmpty == true { state.idle[place] = nil }
                if channel.isActive { return channel }
            }
            return nil
        }
    }

    private func keep(_ channel: any Channel, _ place: Place) {
        let isKept = state.withLock { state in
            guard !state.isClosed, state.count < Self.idleMax, channel.isActive else {
                return false
            }
            state.idle[place, default: []].append(channel)
            state.count += 1
            return true
        }
        if !isKept { channel.close(promise: nil) }
    }

    private func forget(_ channel: any Channel, _ place: Place) {
        state.withLock { state in
            guard let index = state.idle[place]?.firstIndex(where: { $0 === channel }) else {
                return
            }
            state.idle[place]?.remove(at: index)
            state.count -= 1
            if state.idle[place]?.isEmpty == true { state.idle[place] = nil }
        }
    }

    private func connect(to place: Place) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: HTTPClient.defaultEventLoopGroup)
            .connectTimeout(connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(
                        PlainExchangeHandler(idle: .seconds(Self.idleSecondsMax)))
                }
            }
            .connect(host: place.host, port: place.port).get()
        if !outbound.allows(host: place.host) {
            guard let address = channel.remoteAddress, outbound.allows(address) else {
                channel.close(promise: nil)
                throw OutboundGuard.refusal(channel.remoteAddress?.ipAddress ?? "The address")
            }
        }
        channel.closeFuture.whenComplete { [weak self] _ in self?.forget(channel, place) }
        return channel
    }
}

extension PlainPoster {
    fileprivate struct Place: Sendable, Hashable {
        var host: String
        var port: Int
    }

    /// What a URL says to whoever connects.
    fileprivate struct Target {
        var place: Place
        /// Host and port as the URL writes them.
        var authority: String
        var path: String

        init(_ url: String) throws(Problem) {
            guard let host = OutboundTarget(url)?.host else {
                throw .badData("\"\(url.prefix(200))\" is not an address of http")
            }
            let rest = url.dropFirst("http://".count)
            authority = String(rest.prefix { !"/?#".contains($0) })
            let tail = rest.dropFirst(authority.count).prefix { $0 != "#" }
            path = tail.hasPrefix("/") ? String(tail) : "/" + tail
            let port = authority.drop { $0 != "]" }.drop { $0 != ":" }
            let plain = authority.hasPrefix("[") ? port : authority.drop { $0 != ":" }
            guard plain.isEmpty || Int(plain.dropFirst()).map((1...65_535).contains) ?? false else {
                throw .badData("\"\(url.prefix(200))\" has no port that exists")
            }
            place = Place(host: host, port: Int(plain.dropFirst()) ?? 80)
        }
    }
}
