import CityApp
import CityKernel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the command says to people and machines. Results go to standard output, progress and
/// failures to standard error.
enum Console {
    /// Findings shown to a person at once.
    private static let findingsMax = 20

    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func printError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    static func say(_ failure: CommandFailure) {
        guard failure.asJSON else {
            for finding in failure.diagnostics.prefix(findingsMax) {
                printError(finding.description)
            }
            let rest = failure.diagnostics.count - findingsMax
            if rest > 0 { printError("… and \(rest) more; --json names every one") }
            printError(failure.message)
            if let remedy = failure.remedy { printError("→ \(remedy)") }
            return
        }
        print(failure.json.text)
    }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A closed pipe or terminal: nobody reads on.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// A bar on standard error while long work runs; silent when nobody looks at a terminal.
final class ProgressBar {
    private let title: String
    private let isShown: Bool
    private var lastPercent = -1

    init(_ title: String, isShown: Bool = Console.errorIsTerminal) {
        self.title = title
        self.isShown = isShown
    }

    /// - Parameter fraction: 0...1.
    func show(_ fraction: Double, note: String = "") {
        let percent = Int((min(max(fraction, 0), 1) * 100).rounded(.down))
        guard isShown, percent != lastPercent else { return }
        lastPercent = percent
        let full = percent * 30 / 100
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 30 - full)
        let end = percent == 100 ? "\n" : ""
        Console.write("\r\(title) \(bar) \(percent) % \(note)\u{1B}[K\(end)", to: STDERR_FILENO)
    }
}
