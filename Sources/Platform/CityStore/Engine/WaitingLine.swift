import Foundation

// Safety: every stored variable is read and written while `condition` is locked.
/// A bounded queue between many tasks that wait and few threads that work.
///
/// Threads, not tasks, take from it: a database call blocks, and blocking belongs on no thread of
/// the cooperative pool.
final class WaitingLine<Element: Sendable>: @unchecked Sendable {
    enum Refusal: Error { case full, closed }

    private let condition = NSCondition()
    private let countMax: Int
    private var elements: [Element] = []
    private var head = 0
    private var idleThreads = 0
    private var isClosed = false

    /// Taken elements leave a gap at the front; it is closed once it is this long.
    private static var gapMax: Int { 1_024 }

    init(countMax: Int) { self.countMax = countMax }

    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return elements.count - head
    }

    /// - Throws: `Refusal`, and then nothing was queued.
    func append(_ element: Element) throws(Refusal) {
        condition.lock()
        defer { condition.unlock() }
        if isClosed { throw .closed }
        if elements.count - head >= countMax { throw .full }
        elements.append(element)
        if idleThreads > 0 { condition.signal() }
    }

    /// Blocks until something waits, and takes up to `max` in order.
    /// - Returns: empty once the line is closed and everything was taken.
    func take(max: Int) -> [Element] {
        condition.lock()
        defer { condition.unlock() }
        while elements.count == head, !isClosed {
            idleThreads += 1
            condition.wait()
            idleThreads -= 1
        }
        let end = min(elements.count, head + max)
        let taken = Array(elements[head..<end])
        head = end
        closeGap()
        return taken
    }

    /// Refuses newcomers; what waits is still taken.
    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }

    private func closeGap() {
        if head == elements.count {
            elements.removeAll(keepingCapacity: elements.count <= Self.gapMax)
            head = 0
        } else if head > Self.gapMax, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
    }
}
