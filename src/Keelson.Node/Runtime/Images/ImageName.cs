using System.Text.RegularExpressions;

namespace Keelson.Node.Runtime.Images;

/// <summary>The name of an image, written out: registry, repository, and a tag or digest or both.</summary>
public sealed partial record ImageName
{
    /// <summary>The longest repository, with its registry, that registries accept.</summary>
    private const int MaxRepositoryLength = 255;

    private ImageName(string registry, string repository, string tag, string digest)
    {
        Registry = registry;
        Repository = repository;
        Tag = tag;
        Digest = digest;
    }

    public string Registry { get; }

    public string Repository { get; }

    /// <summary>Empty only where there is a digest.</summary>
    public string Tag { get; }

    /// <summary>With its algorithm, as in sha256:...; empty where there is none.</summary>
    public string Digest { get; }

    /// <summary>Reads a name as people write it: nginx is docker.io/library/nginx:latest.</summary>
    public static ImageName Parse(string text) =>
        TryParse(text) ?? throw new RuntimeException(RuntimeError.InvalidRequest, $"\"{text}\" is not the name of an image.");

    /// <summary>As <see cref="Parse"/>; null for what is no name.</summary>
    public static ImageName? TryParse(string text)
    {
        if (text.Length > MaxRepositoryLength + 256) return null;
        var match = Form().Match(text);
        if (!match.Success) return null;
        var (registry, repository) = Split(match.Groups["path"].Value);
        if (!RegistryForm().IsMatch(registry) || !RepositoryForm().IsMatch(repository) || registry.Length + repository.Length >= MaxRepositoryLength) return null;
        var (tag, digest) = (match.Groups["tag"].Value, match.Groups["digest"].Value);
        return new(registry, repository, tag.Length == 0 && digest.Length == 0 ? "latest" : tag, digest);
    }

    public override string ToString() =>
        $"{Registry}/{Repository}{(Tag.Length > 0 ? ":" + Tag : "")}{(Digest.Length > 0 ? "@" + Digest : "")}";

    // The first part is a registry if it could not be a user's name there: with a dot, a port, or being localhost.
    private static (string Registry, string Repository) Split(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : path[..slash];
        var (registry, repository) = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost"
            ? (first, path[(slash + 1)..])
            : ("docker.io", path);
        if (registry == "index.docker.io") registry = "docker.io";
        return registry == "docker.io" && !repository.Contains('/', StringComparison.Ordinal) ? (registry, "library/" + repository) : (registry, repository);
    }

    [GeneratedRegex(@"^(?<path>[A-Za-z0-9._/\-]+(?::[0-9]+/[a-z0-9._/\-]+)?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*(?::[0-9]{1,5})?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RegistryForm();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryForm();
}
