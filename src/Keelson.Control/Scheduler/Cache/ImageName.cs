namespace Keelson.Control.Scheduler.Cache;

/// <summary>Image names as nodes report them: with a tag.</summary>
internal static class ImageName
{
    /// <summary>The name with ":latest" where it has neither tag nor digest. A colon before a slash belongs to a port.</summary>
    public static string Normalize(string image) =>
        image.LastIndexOf(':') <= image.LastIndexOf('/') ? image + ":latest" : image;
}
