"""Makes the notebooks of the scripts beside it and runs them against a plant, so that they hold true outputs: python make_notebooks.py http://127.0.0.1:7420"""
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

here = Path(__file__).parent
address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7420"
for name in ["scikit_learn", "pytorch"]:
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}})
    for number, cell in enumerate(re.split(r"^# %%", (here / f"{name}.py").read_text(), flags=re.M)[1:]):
        title, _, body = cell.partition("\n")
        if title.strip() == "[markdown]":
            made = nbformat.v4.new_markdown_cell("\n".join(line.removeprefix("#").removeprefix(" ") for line in body.strip().splitlines()))
        else:
            made = nbformat.v4.new_code_cell(f"# {title.strip()}\n{body.strip()}")
        made["id"] = f"cell-{number}"
        book.cells.append(made)
    standard = "http://127.0.0.1:7420"
    for cell in book.cells:
        cell.source = cell.source.replace(standard, address)
    NotebookClient(book, timeout=900, kernel_name="python3", resources={"metadata": {"path": str(here)}}).execute()
    for cell in book.cells:
        cell.source = cell.source.replace(address, standard)
        cell.get("metadata", {}).pop("execution", None)
    nbformat.write(book, here / f"{name}.ipynb")
    print(f"{name}.ipynb: {len(book.cells)} cells")
