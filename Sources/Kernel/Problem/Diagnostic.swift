/// A finding in a file that people write: where, what, and how to mend it.
package struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable { case error, warning }

    package var severity: Severity
    package var file: String
    /// Counts from 1; 0 when the finding is about the whole file.
    package var line: Int
    package var message: String
    package var remedy: String?

    package init(
        _ severity: Severity = .error, file: String, line: Int, message: String,
        remedy: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.message = message
        self.remedy = remedy
    }

    package var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        let rest = remedy.map { " → \($0)" } ?? ""
        return "\(place): \(severity.rawValue): \(message)\(rest)"
    }
}
