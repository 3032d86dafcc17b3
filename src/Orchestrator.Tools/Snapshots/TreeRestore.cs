using System.Security.Cryptography;

namespace Orchestrator.Tools.Snapshots;

/// <summary>Makes a folder what it was in a snapshot. What is right already stays untouched; repeated after a kill, it goes on.</summary>
/// <param name="objects">The snapshot's objects.</param>
internal sealed class TreeRestore(PackReader objects)
{
    private const int Writable = 0x1c0;

    /// <param name="folder">The folder.</param>
    /// <param name="id">Its manifest.</param>
    /// <exception cref="InvalidDataException">The snapshot is damaged.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Restore(OpenFolder folder, string id)
    {
        IReadOnlyList<ManifestEntry> entries = FolderManifest.Read(objects.Read(id));
        folder.SetMode(Writable);
        foreach (string name in folder.List().Except(entries.Select(entry => entry.Name)))
        {
            folder.Remove(name);
        }

        foreach (ManifestEntry entry in entries)
        {
            if (folder.Find(entry.Name) is { } facts && facts.Kind != entry.Kind)
            {
                folder.Remove(entry.Name);
            }

            Restore(folder, entry);
        }
    }

    /// <summary>Makes one file what it was, or deletes it, and the folders on its way that the snapshot doesn't have and that are empty then.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="id">Its manifest; null if the snapshot doesn't have it.</param>
    /// <param name="path">The names on the way.</param>
    public void RestorePath(OpenFolder folder, string? id, ReadOnlySpan<string> path)
    {
        string name = path[0];
        ManifestEntry? entry = id is null ? null : FolderManifest.Read(objects.Read(id)).FirstOrDefault(entry => entry.Name == name);
        bool isFolder = folder.Find(name)?.Kind == FileKind.Folder;
        if (path.Length > 1 && isFolder)
        {
            RestoreWithin(folder, entry, name, path[1..]);
            return;
        }

        if (folder.Find(name) is { } facts && facts.Kind != entry?.Kind)
        {
            folder.Remove(name);
        }

        if (entry is not null)
        {
            Restore(folder, entry);
        }
    }

    private void RestoreWithin(OpenFolder folder, ManifestEntry? entry, string name, ReadOnlySpan<string> path)
    {
        bool isEmpty;
        using (OpenFolder inner = folder.Folder(name))
        {
            RestorePath(inner, entry?.Kind == FileKind.Folder ? entry.Id : null, path);
            isEmpty = inner.List().Count == 0;
        }

        if (isEmpty && entry?.Kind != FileKind.Folder)
        {
            folder.Remove(name);
        }
    }

    private void Restore(OpenFolder folder, ManifestEntry entry)
    {
        switch (entry.Kind)
        {
            case FileKind.Folder:
                if (folder.Find(entry.Name) is null)
                {
                    folder.MakeFolder(entry.Name);
                }

                using (OpenFolder inner = folder.Folder(entry.Name))
                {
                    Restore(inner, entry.Id);
                    inner.SetMode(entry.Mode);
                }

                break;
            case FileKind.Link:
                byte[] target = objects.Read(entry.Id);
                if (folder.Find(entry.Name) is null)
                {
                    folder.MakeLink(entry.Name, target);
                }
                else if (!folder.ReadLink(entry.Name).AsSpan().SequenceEqual(target))
                {
                    folder.Remove(entry.Name);
                    folder.MakeLink(entry.Name, target);
                }

                break;
            default:
                RestoreFile(folder, entry);
                break;
        }
    }

    private void RestoreFile(OpenFolder folder, ManifestEntry entry)
    {
        FileFacts? there = folder.Find(entry.Name);
        if (there is not null && !Holds(folder, entry))
        {
            folder.Remove(entry.Name);
            there = null;
        }

        if (there is null)
        {
            using FileStream made = folder.NewFile(entry.Name);
            objects.CopyTo(entry.Id, made);
            OpenFolder.Finish(made, entry.Mode, entry.Modified);
        }
        else if (there.Value.Mode != entry.Mode || there.Value.Modified != entry.Modified)
        {
            using FileStream file = folder.File(entry.Name);
            OpenFolder.Finish(file, entry.Mode, entry.Modified);
        }
    }

    private static bool Holds(OpenFolder folder, ManifestEntry entry)
    {
        using FileStream file = folder.File(entry.Name);
        return Convert.ToHexStringLower(SHA256.HashData(file)) == entry.Id;
    }
}
