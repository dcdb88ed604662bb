package import CityKernel
import CityStore

/// Why a command did not do what was asked, said for its user.
package struct CommandFailure: Error, Sendable {
    package enum Status: Int32, Sendable {
        case done = 0
        case wrongInput = 1
        case wrongUse = 2
        case surroundings = 3
    }

    package var status: Status
    package var message: String
    package var remedy: String?
    package var diagnostics: [Diagnostic]
    package var asJSON = false

    package init(
        _ status: Status, _ message: String, remedy: String? = nil, diagnostics: [Diagnostic] = []
    ) {
        self.status = status
        self.message = message
        self.remedy = remedy
        self.diagnostics = diagnostics
    }

    /// Any error of the city as a command's failure.
    package init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case StoreError.failed(_, let message), StoreError.unavailable(let message):
            // The operator at the console may see the engine's words; web readers never do.
            self.init(.surroundings, "the database refused: \(message)")
        case let convertible as any ProblemConvertible:
            let problem = convertible.problem
            let isInput = [.invalidRequest, .badRequestData, .notFound, .alreadyExists, .conflict]
                .contains(problem.kind)
            self.init(
                isInput ? .wrongInput : .surroundings, "\(problem.title): \(problem.detail)",
                remedy: problem.remedy)
        default: self.init(.surroundings, String(describing: error))
        }
    }

    package var json: JSONValue {
        [
            "status": .integer(Int64(status.rawValue)), "message": .string(message),
            "remedy": remedy.map(JSONValue.string) ?? .null,
            "diagnostics": .array(diagnostics.map(\.json)),
        ]
    }
}

extension Diagnostic {
    package var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "file": .string(file),
            "line": .integer(Int64(line)), "message": .string(message),
            "remedy": remedy.map(JSONValue.string) ?? .null,
        ]
    }
}
