import CityKernel
import Synchronization

/// Where the ways in of readings tell how they fare, for staff and for the machines that watch.
final class SourceBoard: Sendable {
    private let sources = Mutex<[(name: String, state: @Sendable () -> JSONValue)]>([])

    /// A name that is there already tells the new state from now on.
    func add(_ name: String, _ state: @escaping @Sendable () -> JSONValue) {
        sources.withLock { sources in
            sources.removeAll { $0.name == name }
            sources.append((name, state))
        }
    }

    /// By name, as it is now.
    var json: JSONValue {
        .object(JSONObject(sources.withLock { $0 }.map { ($0.name, $0.state()) }))
    }
}

extension Timestamp? {
    /// ISO 8601, or `null`.
    var json: JSONValue { map { .string($0.iso8601) } ?? .null }
}
