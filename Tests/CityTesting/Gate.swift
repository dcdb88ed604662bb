import Foundation
import Synchronization

// Safety: `isOpen` is read and written while `condition` is locked.
/// Holds a database thread inside a body until the test opens it, so that a test decides what runs
/// meanwhile instead of hoping for it.
package final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    package init() { (arrivals, arrival) = AsyncStream.makeStream() }

    /// Blocks the calling thread, which must not be one of the cooperative pool.
    package func wait() {
        arrival.yield()
        condition.lock()
        while !isOpen { condition.wait() }
        condition.unlock()
    }

    package func open() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }

    /// Returns once somebody waits.
    package func reached() async {
        for await _ in arrivals { return }
    }
}
