import tensorflow as tf
from tensorflow.keras import layers, models
import numpy as np

# Create sample data
X = np.random.randn(1000, 10).astype(np.float32)
y = np.random.randint(0, 2, (1000, 1)).astype(np.float32)

# Define model
model = models.Sequential([
    layers.Dense(5, activation='relu', input_shape=(10,)),
    layers.Dense(1, activation='sigmoid')
])

# Compile model
model.compile(optimizer=tf.keras.optimizers.Adam(0.001),
              loss='binary_crossentropy',
              metrics=['accuracy'])

# Train model
history = model.fit(X, y, epochs=5, batch_size=32, verbose=1)

# Print results
for i, (loss, accuracy) in enumerate(zip(history.history['loss'], history.history['accuracy'])):
    print(f"Epoch {i+1}, Loss: {loss:.4f}, Accuracy: {accuracy:.4f}")
