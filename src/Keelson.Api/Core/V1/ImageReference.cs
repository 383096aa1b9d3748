using System.Text.RegularExpressions;

namespace Keelson.Api.Core.V1;

/// <summary>The parts of an image's name that decide when it is pulled.</summary>
internal static class ImageReference
{
    private const string Latest = "latest";

    // The expressions run in linear time, so that a name of megabytes costs no more than reading it.
    private static readonly Regex Name = new(
        @"^(?:(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?"
        + @"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static readonly Regex Tag = new(@"^[\w][\w.-]{0,127}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static readonly Regex Digest = new(
        @"^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>When to pull an image that says nothing about it: a moving tag always, anything else once.</summary>
    public static string PullPolicyFor(string image) => TagOf(image) == Latest ? PullPolicy.Always : PullPolicy.IfNotPresent;

    /// <summary>The tag; latest when there is neither tag nor digest; none when the name is not valid.</summary>
    private static string TagOf(string image)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0 && !Digest.IsMatch(image[(at + 1)..])) return "";
        var name = at < 0 ? image : image[..at];
        var colon = name.LastIndexOf(':');
        var tag = "";
        if (colon > name.LastIndexOf('/'))
        {
            tag = name[(colon + 1)..];
            name = name[..colon];
            if (!Tag.IsMatch(tag)) return "";
        }

        if (!Name.IsMatch(name)) return "";
        return tag.Length == 0 && at < 0 ? Latest : tag;
    }
}
