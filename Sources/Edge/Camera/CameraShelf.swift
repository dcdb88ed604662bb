package import CityKernel
package import Foundation
import NIOPosix
import Synchronization

/// The last good pictures: in memory for the web, on disk for the next start.
package final class CameraShelf: Sendable {
    private struct Place {
        var still: StoredStill
        var entityTag: String
    }

    private let folder: URL
    private let places = Mutex<[String: Place]>([:])

    /// - Parameter folder: made when the first picture is kept.
    package init(folder: URL) { self.folder = folder }

    package func find(_ camera: String) -> (still: StoredStill, entityTag: String)? {
        places.withLock { $0[camera] }.map { ($0.still, $0.entityTag) }
    }

    /// Takes from disk what an earlier run kept.
    func load(_ camera: String) async throws {
        let url = file(of: camera)
        let content = try await NIOThreadPool.singleton.runIfActive { () -> [UInt8]? in
            // No file means no picture yet.
            (try? Data(contentsOf: url)).map { Array($0) }
        }
        guard let still = content.flatMap(StoredStill.init(fileContent:)) else { return }
        put(still, camera)
    }

    /// Writes beside the old picture and renames: a reader or a crash sees one or the other.
    func keep(_ still: StoredStill, of camera: String) async throws {
        let url = file(of: camera)
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

    private func file(of camera: String) -> URL { folder.appendingPathComponent(camera + ".still") }
}
