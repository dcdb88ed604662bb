import CityKernel
import Dispatch
import NIOCore
import Synchronization

extension Broker {
    /// Refuses an address that could never be delivered to, when that is known at once: a literal
    /// address, or a name that resolves now, in a network that the city does not connect to. What a
    /// name means later is judged again on each connection.
    /// - Throws: `Problem` of kind `badRequestData`.
    func checkReach(_ endpoint: NotificationEndpoint) async throws {
        try await checkReach(endpoint.uri)
    }

    func checkReach(_ uri: String) async throws {
        guard let host = Self.host(of: uri) else { return }
        let outbound = outbound.outbound
        if outbound.allows(host: host) { return }
        try outbound.check("http://" + (host.contains(":") ? "[\(host)]" : host))
        guard IPNetwork.bytes(ofAddress: host) == nil,
            let address = await HostLookUp.address(of: host)
        else { return }
        guard outbound.allows(address) else { throw OutboundGuard.refusal(host) }
    }

    /// Of an address of any scheme, with or without an account before it.
    private static func host(of uri: String) -> String? {
        guard let start = uri.firstRange(of: "://") else { return nil }
        let authority = uri[start.upperBound...].prefix { !"/?#".contains($0) }
        let place = authority.split(separator: "@").last ?? ""
        return OutboundTarget("http://" + place)?.host
    }
}

/// Asks what a name means, for a moment only.
private enum HostLookUp {
    /// A name server that is slower than this is not waited for.
    private static let patience = Duration.milliseconds(300)

    /// - Returns: `nil` when the name means nothing, or the answer takes its time.
    static func address(of host: String) async -> SocketAddress? {
        await withCheckedContinuation { waiter in
            let answer = FirstAnswer(waiter)
            // Asking a name server blocks, so that a thread of the system does it.
            DispatchQueue.global().async {
                // A name that means nothing now may mean something later.
                answer.give(try? SocketAddress.makeAddressResolvingHost(host, port: 80))
            }
            DispatchQueue.global().asyncAfter(
                deadline: .now() + .milliseconds(Int(patience.microseconds / 1_000))
            ) { answer.give(nil) }
        }
    }
}

/// Resumes its waiter once, with what is known first.
private final class FirstAnswer: Sendable {
    private let waiter: Mutex<CheckedContinuation<SocketAddress?, Never>?>

    init(_ waiter: CheckedContinuation<SocketAddress?, Never>) { self.waiter = Mutex(waiter) }

    func give(_ address: SocketAddress?) {
        let waiter = waiter.withLock { known in
            defer { known = nil }
            return known
        }
        waiter?.resume(returning: address)
    }
}
