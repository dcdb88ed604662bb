import CityKernel
import CityVocabulary
import Synchronization

/// Counts what happened to frames; written by the socket's callbacks, read by reports.
final class LampTally: Sendable {
    private struct Book {
        var state: LampState
        var hasNews = false
    }

    private let clock: any CityClock
    private let book: Mutex<Book>

    init(bridge: String, isDrill: Bool, clock: any CityClock) {
        self.clock = clock
        book = Mutex(Book(state: LampState(bridge: bridge, isDrill: isDrill)))
    }

    var state: LampState { book.withLock(\.state) }

    func show(_ command: LampCommand) {
        book.withLock { book in
            book.state.colour = command.colour
            book.state.pattern = command.pattern
            book.hasNews = true
        }
    }

    func note(_ result: Result<Void, any Error>) {
        switch result {
        case .success: succeed()
        case .failure(let error): fail(error)
        }
    }

    func fail(_ error: any Error) {
        let words = String(describing: error)
        book.withLock { book in
            book.state.framesFailed += 1
            book.hasNews = book.hasNews || book.state.lastError != words
            book.state.lastError = words
        }
    }

    /// Whether something but the counters has changed since the last call.
    func takeNews() -> Bool {
        book.withLock { book in
            defer { book.hasNews = false }
            return book.hasNews
        }
    }

    /// A report could not be stored: tell it again.
    func keepNews() { book.withLock { $0.hasNews = true } }

    private func succeed() {
        let now = clock.now
        book.withLock { book in
            book.state.framesSent += 1
            book.state.lastSentAt = now
            book.hasNews = book.hasNews || book.state.lastError != nil
            book.state.lastError = nil
        }
    }
}
