import Foundation
import NIOPosix
import Synchronization

/// The last good pictures: in memory for the web, on disk for the next start.
package final class CameraShelf: Sendable {
    private struct Place {
        var still: StoredStill
        var entityTag: String
    }

    private let places = Mutex<[String: Place]>([:])

    package init() {}

    package func find(_ camera: String) -> (still: StoredStill, entityTag: String)? {
        places.withLock { $0[camera] }.map { ($0.still, $0.entityTag) }
    }

    /// Takes from disk what an earlier run kept.
    func load(_ camera: String, from folder: URL) async throws {
        let url = Self.file(of: camera, in: folder)
        let content = try await NIOThreadPool.singleton.runIfActive { () -> [UInt8]? in
            // No file means no picture yet.
            (try? Data(contentsOf: url)).map { Array($0) }
        }
        guard let still = content.flatMap(StoredStill.init(fileContent:)) else { return }
        put(still, camera)
    }

    /// Writes beside the old picture and renames: a reader or a crash sees one or the other.
    /// - Parameter folder: made when the first picture is kept.
    func keep(_ still: StoredStill, of camera: String, in folder: URL) async throws {
        let url = Self.file(of: camera, in: folder)
        let content = Data(still.fileContent)
        try await NIOThreadPool.singleton.runIfActive {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try content.write(to: url, options: .atomic)
        }
        put(still, camera)
    }

    private func put(_ still: StoredStill, _ camera: String) {
        let place = Place(still: still, entityTag: still.entityTag)
        places.withLock { $0[camera] = place }
    }

    private static func file(of camera: String, in folder: URL) -> URL {
        folder.appendingPathComponent(camera + ".still")
    }
}
