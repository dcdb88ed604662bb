import CityKernel
import Synchronization

/// The registrations in memory, in order of creation.
final class RegistrationBook: Sendable {
    private struct State {
        /// Raised by every change; a list read before a change is not kept.
        var generation = 0
        var registrations: [ReadyRegistration]?
    }

    private let state = Mutex(State())

    /// `nil` when they have to be read (again).
    var known: [ReadyRegistration]? { state.withLock(\.registrations) }

    var generation: Int { state.withLock(\.generation) }

    func keep(_ registrations: [ReadyRegistration], readAt generation: Int) {
        state.withLock { state in
            if state.generation == generation { state.registrations = registrations }
        }
    }

    func forget() {
        state.withLock { state in
            state.generation += 1
            state.registrations = nil
        }
    }
}
