import CityKernel
import Synchronization

/// The index as of one version of the table.
final class SubscriptionBook: Sendable {
    private struct State {
        var version: Int64?
        var index = SubscriptionIndex()
    }

    private let state = Mutex(State())

    /// `nil` when it has to be read (again).
    func index(version: Int64?) -> SubscriptionIndex? {
        state.withLock { state in
            guard let known = state.version, version == nil || version == known else { return nil }
            return state.index
        }
    }

    /// The subscription as of the last version that this process knows.
    func find(_ id: String) -> (isKnown: Bool, ready: ReadySubscription?) {
        state.withLock { ($0.version != nil, $0.index.find(id)) }
    }

    /// `nil` when it has to be read (again); what could not be read is not counted.
    var count: Int? { state.withLock { $0.version == nil ? nil : $0.index.count } }

    /// Another process has written.
    func forget() { state.withLock { $0.version = nil } }

    func load(
        _ subscriptions: [Subscription], version: Int64, isKept: Bool
    ) -> SubscriptionIndex {
        var index = SubscriptionIndex()
        for subscription in subscriptions {
            // What was accepted once is ready again; a stricter program leaves the rest silent.
            if let ready = try? ReadySubscription(subscription) { index.put(ready) }
        }
        guard isKept else { return index }
        state.withLock { state in
            state.index = index
            state.version = version
        }
        return index
    }

    /// Follows one committed change, unless others came between: then the next write reads again.
    func follow(version: Int64, _ edit: @Sendable (inout SubscriptionIndex) -> Void) {
        state.withLock { state in
            guard state.version == version - 1 else {
                state.version = nil
                return
            }
            edit(&state.index)
            state.version = version
        }
    }
}
