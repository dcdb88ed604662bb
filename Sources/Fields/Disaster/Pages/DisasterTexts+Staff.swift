import CityKernel
import CityWeb

extension Texts {
    /// Words of the staff's pages of this field.
    static let ofDisasterStaff: Texts = [
        "staffHome": LocalizedText("本部", en: "Headquarters"),
        "staffQueue": LocalizedText("待っていること", en: "What waits"),
        "staffNothingWaits": LocalizedText(
            "危険な川も、届かない水位もありません", en: "No river is in danger and every gauge reports"),
        "staffThresholds": LocalizedText("基準水位", en: "Thresholds"),
        "staffSchemes": LocalizedText("橋のあかりの配色", en: "Bridge light schemes"),
        "staffShelters": LocalizedText("避難所の開設", en: "Shelter operation"),
        "staffReading": LocalizedText("水位を手で入れる", en: "Enter a reading by hand"),
        "staffReadingText": LocalizedText(
            "目で見た値、電話で聞いた値を入れます。すぐに段階と橋のあかりに効きます。",
            en: "What a person saw or heard. It counts for stage and light at once."),
        "staffClockHint": LocalizedText(
            "見た時刻。まだ来ない時刻は、きのうとみなします。",
            en: "When it was seen; a time still to come means yesterday."),
        "staffSave": LocalizedText("保存する", en: "Save"),
        "staffTry": LocalizedText("いまの川でためす", en: "Try against the river now"),
        "staffPreview": LocalizedText(
            "この版にすると、いまの段階は", en: "With this edition the stage now would go"),
        "staffSaved": LocalizedText("保存しました。もう効いています。", en: "Saved, and in effect."),
        "staffNotSaved": LocalizedText("まだ保存していません", en: "Nothing is saved yet"),
        "staffNotSavedText": LocalizedText(
            "赤い字のところを直して、もう一度送ってください。",
            en: "Correct what is marked in red and send it again."),
        "staffEditions": LocalizedText("版", en: "Editions"),
        "staffNewEdition": LocalizedText("新しい版", en: "New edition"),
        "staffEarlier": LocalizedText("前の状態", en: "Earlier states"),
        "staffRestore": LocalizedText("この状態に戻す", en: "Restore this"),
        "staffSourceHint": LocalizedText(
            "告示、広報の号、電話の相手など。", en: "A notice, a bulletin, who was on the phone."),
        "staffApprovedBy": LocalizedText("承認", en: "Approved by"),
        "staffUndo": LocalizedText("元に戻す", en: "Undo"),
        "staffChanged": LocalizedText("変えました", en: "Changed"),
        "staffChoose": LocalizedText("この配色にする", en: "Use this scheme"),
        "staffChosen": LocalizedText("いま使っています", en: "In use"),
        "staffEditColours": LocalizedText("色を直す", en: "Edit colours"),
        "staffCalmLight": LocalizedText("平常のあかり", en: "Calm light"),
        "staffPattern": LocalizedText("光り方", en: "Pattern"),
        "staffColour": LocalizedText("色", en: "Colour"),
        "staffSeePreview": LocalizedText("絵で確かめる", en: "Preview"),
    ]
}
