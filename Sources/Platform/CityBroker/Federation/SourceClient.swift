import AsyncHTTPClient
import CityKernel
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks registered sources, several at a time, each no longer than it may take.
package struct SourceClient: Sendable {
    /// Unless the registration says otherwise.
    package static let timeoutDefault = Duration.seconds(5)
    /// However patient a registration is.
    package static let timeoutMax = Duration.seconds(30)
    /// The longest reply that is read.
    package static let replyBytesMax = 16 * 1_024 * 1_024
    /// Sources that one question asks at the same time; the rest wait for their turn.
    package static let sourcesAtOnceMax = 32

    private let client: OutboundClient
    private let cooldown = CooldownBook()

    package init(client: OutboundClient) { self.client = client }

    package typealias Outcome = Result<SourceReply, SourceFailure>

    func state(of id: String) -> SourceState { cooldown.state(of: id) }

    /// - Returns: the outcomes in the order of the requests.
    func send(_ requests: [SourceRequest], clock: any CityClock) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes = [Outcome](repeating: .failure(.timedOut), count: requests.count)
            var waiting = requests.indices[...]
            for index in waiting.prefix(Self.sourcesAtOnceMax) {
                group.addTask { (index, await send(requests[index], clock: clock)) }
            }
            waiting = waiting.dropFirst(Self.sourcesAtOnceMax)
            for await (index, outcome) in group {
                outcomes[index] = outcome
                if let next = waiting.popFirst() {
                    group.addTask { (next, await send(requests[next], clock: clock)) }
                }
            }
            return outcomes
        }
    }

    private func send(_ request: SourceRequest, clock: any CityClock) async -> Outcome {
        let registration = request.registration
        if cooldown.isCoolingDown(registration, at: clock.now) { return .failure(.coolingDown) }
        let outcome = await exchange(request)
        switch outcome {
        case .success, .failure(.replyTooLarge), .failure(.unreadable):
            cooldown.noteSuccess(registration, at: clock.now)
        case .failure(let failure):
            cooldown.noteFailure(registration, failure, at: clock.now)
        }
        return outcome
    }

    private func exchange(_ request: SourceRequest) async -> Outcome {
        let timeout = min(
            request.registration.management.timeout ?? Self.timeoutDefault, Self.timeoutMax)
        var outgoing = HTTPClientRequest(url: request.registration.endpoint + request.target)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for (name, value) in request.headers {
            outgoing.headers.replaceOrAdd(name: name, value: value)
        }
        if let body = request.body { outgoing.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await client.execute(
                outgoing, timeout: .nanoseconds(timeout.microseconds * 1_000))
            let body = try await response.body.collect(upTo: Self.replyBytesMax)
            return .success(
                SourceReply(status: Int(response.status.code), body: Array(body.readableBytesView)))
        } catch is NIOTooManyBytesError {
            return .failure(.replyTooLarge)
        } catch {
            return .failure(SourceFailure(of: error))
        }
    }
}

extension SourceFailure {
    /// Why a connection told nothing.
    init(of error: any Error) {
        switch error {
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .untrusted
        case let error as HTTPClientError
        where error == .deadlineExceeded || error == .readTimeout || error == .connectTimeout:
            self = .timedOut
        default: self = .unreachable
        }
    }
}
