import CityKernel
import Testing

@testable import CityWeb

@Suite("ファイルのある書式")
struct UploadFormTests {
    private static func body(_ parts: [String], end: String = "--B--\r\n") -> [UInt8] {
        Array((parts.map { "--B\r\n" + $0 + "\r\n" }.joined() + end).utf8)
    }

    private static func field(_ name: String, _ value: String) -> String {
        "Content-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)"
    }

    private static func file(_ name: String, _ content: String) -> String {
        "Content-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
            + "Content-Type: text/csv\r\n\r\n\(content)"
    }

    @Test("欄とファイルを分け、道筋の最後だけを名前とする")
    func parts() throws {
        let content = "a,b\r\n1,2\r\n"
        let form = try UploadForm(
            Self.body([
                Self.field("csrf", "token"), Self.file("C:\\tables\\表.csv", content),
                Self.field("note", " 空白 "),
            ]), boundary: "B")
        #expect(form.form["csrf"] == "token")
        #expect(form.form["note"] == "空白")
        #expect(form.files["file"]?.name == "表.csv")
        #expect(form.files["file"]?.bytes == Array(content.utf8))
    }

    @Test("選ばれなかったファイルは、ないものとする")
    func emptyFile() throws {
        let form = try UploadForm(Self.body([Self.file("", "")]), boundary: "B")
        #expect(form.files.isEmpty)
    }

    @Test("境のない・途中で切れた・多すぎる書式は断る")
    func broken() throws {
        for body in [
            [], Array("no boundary".utf8), Array("--B\r\nname".utf8),
            Self.body([Self.field("a", "1")], end: ""),
        ] as [[UInt8]] {
            #expect(throws: Problem.self) { try UploadForm(body, boundary: "B") }
        }
        let many = Array(repeating: Self.field("a", "1"), count: UploadForm.partsMax + 1)
        #expect(throws: Problem.self) { try UploadForm(Self.body(many), boundary: "B") }
    }

    @Test("境は見出しから読む")
    func boundary() {
        #expect(UploadForm.boundary(of: "multipart/form-data; boundary=\"a b\"") == "a b")
        #expect(UploadForm.boundary(of: "multipart/form-data; boundary=xyz") == "xyz")
        #expect(UploadForm.boundary(of: "application/json") == nil)
        #expect(UploadForm.boundary(of: nil) == nil)
    }
}
