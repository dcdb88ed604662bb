import Synchronization

/// What a fake outside world saw, in order.
package final class Recorder<Element: Sendable>: Sendable {
    private let seen = Mutex<[Element]>([])

    package init() {}

    package func record(_ element: Element) { seen.withLock { $0.append(element) } }

    package var elements: [Element] { seen.withLock { $0 } }
}
