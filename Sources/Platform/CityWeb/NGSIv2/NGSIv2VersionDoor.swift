import CityKernel
import HTTPTypes
import Hummingbird

/// `/version`, which clients of Orion ask first. Some read the shape of the answer, so that it is
/// Orion's; the program says its own name in it.
struct NGSIv2VersionDoor {
    /// The release of Orion whose NGSIv2 the city speaks.
    static let spoken = "3.10.0"

    let uptime: @Sendable () -> Duration

    func open(on router: CityRouter) {
        router.get("version") { _, _ in
            let seconds = uptime().microseconds / 1_000_000
            let (days, rest) = (seconds / 86_400, seconds % 86_400)
            let words =
                "\(days) d, \(rest / 3_600) h, \(rest % 3_600 / 60) m, \(rest % 60) s"
            return NGSIv2Answer.json([
                "orion": [
                    "version": .string(Self.spoken), "uptime": .string(words),
                    "git_hash": "", "compile_time": "", "compiled_by": "City OS",
                    "compiled_in": "", "release_date": "", "machine": "", "doc": "/developers",
                ]
            ])
        }
    }
}
