import CityKernel
package import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Room on the disk that holds the city's data.
package struct DiskHealthSource: HealthSource {
    static let freePercentWarning = 15
    static let freePercentFailing = 3

    private let directory: URL

    package init(directory: URL) { self.directory = directory }

    package func healthFindings() async -> [HealthFinding] {
        var room = statvfs()
        guard statvfs(directory.path, &room) == 0, room.f_blocks > 0 else {
            return [finding(.failing, "-", .null)]
        }
        let percent = Int(room.f_bavail * 100 / room.f_blocks)
        let state: HealthFinding.State =
            percent < Self.freePercentFailing
            ? .failing : percent < Self.freePercentWarning ? .warning : .ok
        return [finding(state, "\(percent) %", .integer(Int64(percent)))]
    }

    private func finding(
        _ state: HealthFinding.State, _ words: String, _ value: JSONValue
    ) -> HealthFinding {
        HealthFinding(
            "disk", label: LocalizedText("ディスクの空き", easy: "ディスクの あき", en: "Free disk"),
            state: state, words: LocalizedText(words), value: value)
    }
}
