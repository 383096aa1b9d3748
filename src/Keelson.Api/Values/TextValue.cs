namespace Keelson.Api.Values;

/// <summary>A string.</summary>
public sealed class TextValue : Value
{
    public static readonly TextValue Empty = new("");

    private TextValue(string text) => Text = text;

    public override ValueKind Kind => ValueKind.Text;

    public string Text { get; }

    public static TextValue Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? Empty : new TextValue(text);
    }

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    internal override bool EqualTo(Value other, bool numeric) => other is TextValue that && that.Text == Text;
}
